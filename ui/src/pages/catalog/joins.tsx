import { Badge } from '../../kit/badge.tsx'
import { useTexts } from '../../texts/texts.tsx'
import type { Join } from './catalog.ts'

/** One join in words, for who reads rather than looks. */
export function JoinLine({ join: { from, columns, to, references, kind, cardinality, evidence } }: { join: Join }) {
  const { t } = useTexts()
  return (
    <li className="flex flex-wrap items-baseline gap-x-2 text-sm">
      <code className="font-mono break-all">
        {from}.{columns.join(', ')} = {to}.{references.join(', ')}
      </code>
      <Badge tone={kind === 'inferred' ? 'warn' : 'plain'}>{t(kind === 'inferred' ? 'catalog.graph.guessed' : 'catalog.graph.key')}</Badge>
      <span className="text-ink-3">
        {cardinality} · {evidence}
      </span>
    </li>
  )
}
