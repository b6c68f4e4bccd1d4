import type { Call } from '../call.ts'
import type { Control, Parts } from '../gateway.ts'
import type { Advice } from '../source/source.ts'
import { administering } from './administering.ts'

type Finding = Readonly<{ level: 'ok' | 'note' | 'warning'; about: string; text: string; mend?: string }>

export type SecurityStatus = Readonly<{
  exposure: Control['exposure']
  audit: Readonly<{ writable: boolean; verified: boolean | null; records?: number; broken?: readonly unknown[] }>
  /** Warnings first. */
  findings: readonly Finding[]
  warnings: number
}>

const ADVICE_MS_MAX = 10_000

/** What is switched off, what is exposed, and what each source's user may do. With `verify` the whole audit log is read. */
export const securityStatus = (call: Call, verify: boolean, parts: Parts): Promise<SecurityStatus> =>
  administering(
    call,
    'whole',
    parts,
    async () => {
      const { exposure } = parts.control
      const verdict = verify ? await parts.trail.verify() : undefined
      const audit = {
        writable: !parts.audit.failing,
        verified: verdict ? verdict.broken.length === 0 : null,
        ...(verdict ? { records: verdict.records, broken: verdict.broken } : {}),
      }
      const advised = await Promise.all(parts.sources.names.map((name) => adviceOf(name, call.signal, parts)))
      const findings = [
        ...doorFindings(exposure),
        ...roleFindings(exposure, parts),
        ...auditFindings(audit),
        ...(await personalFindings(parts)),
        ...advised.flat(),
      ]
      findings.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
      return { exposure, audit, findings, warnings: findings.filter(({ level }) => level === 'warning').length }
    },
    ({ findings }) => findings.length,
  )

const order = ['warning', 'note', 'ok']

function doorFindings({ host, keys, oidc, conformance }: Control['exposure']): Finding[] {
  const loopback = /^(127\.|::1$|localhost$)/.test(host)
  const who = [keys > 0 ? `${keys} API key${keys === 1 ? '' : 's'}` : '', oidc ? 'OpenID Connect' : ''].filter((one) => one !== '')
  return [
    loopback
      ? { level: 'ok', about: 'door', text: `Listens on ${host}: only this machine reaches it.` }
      : {
          level: 'note',
          about: 'door',
          text: `Listens on ${host}: other machines reach it, and every caller must show a credential.`,
          mend: 'Put TLS in front of it; docs/troubleshooting.md and deploy/ show how.',
        },
    who.length > 0
      ? { level: 'ok', about: 'callers', text: `Callers are known by ${who.join(' and ')}.` }
      : {
          level: loopback ? 'note' : 'warning',
          about: 'callers',
          text: 'No API key and no OpenID Connect is configured: nobody but callers on this machine can be known.',
          mend: '`sluice key create` makes a key.',
        },
    ...(conformance
      ? [
          {
            level: 'warning',
            about: 'door',
            text: 'The conformance fixtures of MCP are switched on.',
            mend: 'Start without them; they are for tests.',
          } as const,
        ]
      : []),
  ]
}

/** What a caller on this machine without a credential may do. */
function roleFindings({ local_roles: roles }: Control['exposure'], parts: Parts): Finding[] {
  if (roles.length === 0) return [{ level: 'ok', about: 'local', text: 'Callers on this machine need a key, too.' }]
  const actions = parts.policy.actions({ name: 'local', via: 'local', roles, attributes: {} })
  const strong = (['write', 'ddl', 'admin'] as const).filter((action) => actions.has(action))
  const text = `Whoever is on this machine acts as ${roles.join(', ')} without a key`
  return strong.length === 0
    ? [{ level: 'ok', about: 'local', text: `${text} and can only read.` }]
    : [
        {
          level: 'warning',
          about: 'local',
          text: `${text}, and that may: ${strong.join(', ')}.`,
          mend: 'Give `local.roles` a role that reads only, or none, and use keys.',
        },
      ]
}

function auditFindings({ writable, verified }: SecurityStatus['audit']): Finding[] {
  const write: Finding = writable
    ? { level: 'ok', about: 'audit', text: 'Every call is written to the audit log before its source is touched.' }
    : {
        level: 'warning',
        about: 'audit',
        text: 'The audit log cannot be written, so nothing runs.',
        mend: '`sluice doctor` tells what is wrong.',
      }
  if (verified === null)
    return [write, { level: 'note', about: 'audit', text: 'Its hash chain was not checked now.', mend: 'Ask with verify: true.' }]
  return [
    write,
    verified
      ? { level: 'ok', about: 'audit', text: 'Its hash chain is whole.' }
      : {
          level: 'warning',
          about: 'audit',
          text: 'Its hash chain is broken: records were changed or are missing.',
          mend: '`sluice audit verify` shows where.',
        },
  ]
}

/** Whether personal data that was found is masked until somebody decides, and how many columns wait for that. */
async function personalFindings({ findings, storeIfAny, log }: Parts): Promise<Finding[]> {
  const waiting = await storeIfAny()
    .then(async (store) => (store ? (await store.findings.hidden()).filter(({ decided }) => !decided).length : 0))
    .catch((error: unknown) => {
      log.failed(undefined, undefined, error)
      return undefined
    })
  if (waiting === undefined)
    return [{ level: 'warning', about: 'personal data', text: 'The registry does not answer, so nothing is known of what was found.' }]
  const columns = `${waiting} column${waiting === 1 ? '' : 's'} with personal data ${waiting === 1 ? 'waits' : 'wait'} for somebody to decide`
  if (findings.masked)
    return [
      waiting === 0
        ? { level: 'ok', about: 'personal data', text: 'What is found to be personal is masked until somebody decides; nothing waits.' }
        : {
            level: 'note',
            about: 'personal data',
            text: `${columns}; masked until then.`,
            mend: 'find_personal_data lists them, decide_personal_data decides.',
          },
    ]
  return waiting === 0
    ? [
        {
          level: 'note',
          about: 'personal data',
          text: 'Nothing is masked by itself: what is found to be personal stays as the roles say.',
          mend: 'Set `masks.detected: until_decided`, and `catalog.scan_personal` to look after each synchronisation.',
        },
      ]
    : [
        {
          level: 'warning',
          about: 'personal data',
          text: `${columns}, and whoever may read them sees them meanwhile.`,
          mend: 'Set `masks.detected: until_decided`, or decide with decide_personal_data.',
        },
      ]
}

/** What the source tells of its user and its connection; a source that does not answer is told as that. */
async function adviceOf(name: string, signal: AbortSignal, parts: Parts): Promise<Finding[]> {
  const about = `source ${name}`
  try {
    const { connection } = await parts.sources.get(name)
    const advice: readonly Advice[] = await connection.advise(AbortSignal.any([signal, AbortSignal.timeout(ADVICE_MS_MAX)]))
    return advice.map(({ level, text, mend }) => ({ level, about, text, ...(mend === undefined ? {} : { mend }) }))
  } catch {
    signal.throwIfAborted()
    return [{ level: 'warning', about, text: 'It does not answer, so nothing can be said of it.', mend: 'diagnose_connection shows why.' }]
  }
}
