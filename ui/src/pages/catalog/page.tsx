import { useParams, useSearch } from '@tanstack/react-router'
import { Overview } from './overview.tsx'
import { SearchResults } from './search-results.tsx'
import { SourcePage } from './source-page.tsx'
import { TablePage } from './table-page.tsx'
import { Tree } from './tree.tsx'

/** What there is: found as one types, walked through as a tree, looked at closely. */
export function CatalogPage() {
  const { source, table } = useParams({ strict: false })
  const { q = '' } = useSearch({ strict: false })
  const searching = q.trim() !== ''
  return (
    <div className="flex min-h-0 flex-1">
      <aside className="hidden min-h-0 w-64 shrink-0 flex-col border-r border-line bg-surface md:flex">
        <Tree source={source} table={table} />
      </aside>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        {searching ? (
          <SearchResults words={q} source={source} />
        ) : source === undefined ? (
          <Overview />
        ) : table === undefined ? (
          <SourcePage key={source} source={source} />
        ) : (
          <TablePage key={`${source} ${table}`} source={source} table={table} />
        )}
      </div>
    </div>
  )
}
