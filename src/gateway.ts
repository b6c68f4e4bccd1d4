import type { Audit } from './audit/audit.ts'
import type { Auth } from './auth/auth.ts'
import type { Cache } from './cache/cache.ts'
import type { Call } from './call.ts'
import type { Policy } from './policy/policy.ts'
import type { Quota } from './quota/quota.ts'
import type { Receipt } from './receipt.ts'
import type { Sink } from './result.ts'
import type { Sources } from './source/sources.ts'
import type { Dialects } from './sql/sql.ts'

/** The opened hands, made once by `main.ts` and handed to every walk. */
export type Parts = Readonly<{
  audit: Audit
  auth: Auth
  cache: Cache
  dialects: Dialects
  policy: Policy
  quota: Quota
  sources: Sources
}>

/** The way of one query. Rows go into `sink` as they come; the receipt is the answer. Throws SluiceError; the audit entry is closed either way. */
export declare function run(call: Call, sink: Sink, parts: Parts): Promise<Receipt>
