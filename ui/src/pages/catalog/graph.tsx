import '@xyflow/react/dist/base.css'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  Background,
  Controls,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Button } from '../../kit/button.tsx'
import { Select } from '../../kit/field.tsx'
import { Card } from '../../kit/page.tsx'
import { Empty, Failure, Loading } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { type Join, type Related, relatedPath, useRelated, useTables } from './catalog.ts'
import { arrange, type Placed, widthOf } from './graph-layout.ts'
import { JoinLine } from './joins.tsx'

/** The tables of a source and how they are joined, walked through from one to the next. */
export function Graph({ source, from }: { source: string; from: string | undefined }) {
  const { t } = useTexts()
  const tables = useTables(source)
  const [chosen, setChosen] = useState(from)
  const begin = chosen ?? tables.data?.tables[0]?.table
  const related = useRelated(source, begin)
  if (tables.error) return <Failure problem={tables.error} />
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-60 flex-1 text-ink-2">{t('catalog.graph.says')}</p>
        <div className="w-56">
          <Select aria-label={t('catalog.graph.begin')} value={begin ?? ''} onChange={({ target }) => setChosen(target.value)}>
            {(tables.data?.tables ?? []).map(({ table, schema }) => (
              <option key={`${schema} ${table}`}>{table}</option>
            ))}
          </Select>
        </div>
      </div>
      {related.error ? (
        <Failure problem={related.error} retry={() => void related.refetch()} />
      ) : begin === undefined || !related.data ? (
        <Loading />
      ) : (
        <ReactFlowProvider>
          <Walk key={`${source} ${begin}`} source={source} begin={begin} first={related.data} />
        </ReactFlowProvider>
      )}
    </>
  )
}

const idOf = ({ from, to, columns }: Join) => `${from} ${to} ${columns.join()}`
const joinsIn = ({ related }: Related): readonly Join[] => related.flatMap(({ joins }) => joins)

type TableNode = Node<{ table: string; begin: boolean }, 'table'>
const nodeTypes = { table: TableBox }

function TableBox({ data: { table, begin }, selected }: NodeProps<TableNode>) {
  return (
    <div
      className={`flex h-11 items-center justify-center rounded-lg border bg-surface px-3 font-mono text-sm ${selected ? 'border-accent text-accent shadow-pop' : begin ? 'border-accent' : 'border-line-strong'}`}
      style={{ width: widthOf(table) }}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} className="opacity-0" />
      <span className="truncate">{table}</span>
      <Handle type="source" position={Position.Right} isConnectable={false} className="opacity-0" />
    </div>
  )
}

function Walk({ source, begin, first }: { source: string; begin: string; first: Related }) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const { fitView } = useReactFlow()
  const [joins, setJoins] = useState<readonly Join[]>(() => joinsIn(first))
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [chosen, setChosen] = useState<string>()
  const [placed, setPlaced] = useState<Placed>()
  const shown = useMemo(() => {
    const seen = new Map(joins.filter(({ from, to }) => !hidden.has(from) && !hidden.has(to)).map((join) => [idOf(join), join]))
    return [...seen.values()]
  }, [joins, hidden])
  const tables = useMemo(() => [...new Set([begin, ...shown.flatMap(({ from, to }) => [from, to])])], [begin, shown])
  useEffect(() => {
    let wanted = true
    void arrange(
      tables,
      shown.map((join) => ({ id: idOf(join), from: join.from, to: join.to })),
    ).then((next) => wanted && setPlaced(next))
    return () => {
      wanted = false
    }
  }, [tables, shown])
  useEffect(() => {
    if (placed) void fitView({ padding: 0.15, duration: 200, maxZoom: 1.1 })
  }, [placed, fitView])
  const more = useCallback(
    async (table: string) => {
      try {
        const found = await queries.fetchQuery({
          queryKey: ['related', source, table],
          queryFn: () => ask<Related>('GET', relatedPath(source, table)),
        })
        const near = found.related.filter(({ steps }) => steps === 1).flatMap(({ joins: some }) => some)
        setHidden(new Set())
        setJoins((known) => [...known, ...near])
      } catch (caught) {
        tell(problemOf(caught).message, { bad: true })
      }
    },
    [queries, source, tell],
  )
  if (joins.length === 0) return <Empty icon="link" title={t('catalog.graph.none')} />
  const nodes: TableNode[] = tables.map((table) => ({
    id: table,
    type: 'table',
    position: placed?.get(table) ?? { x: 0, y: 0 },
    data: { table, begin: table === begin },
    selected: table === chosen,
    ariaLabel: table,
    hidden: placed?.get(table) === undefined,
  }))
  const edges: Edge[] = shown.map((join) => ({
    id: idOf(join),
    source: join.from,
    target: join.to,
    label: join.columns.join(', '),
    ariaLabel: `${join.from}.${join.columns.join(', ')} = ${join.to}.${join.references.join(', ')}`,
    style: {
      stroke: join.from === chosen || join.to === chosen ? 'var(--accent)' : 'var(--line-strong)',
      strokeWidth: 1.5,
      ...(join.kind === 'inferred' ? { strokeDasharray: '5 4' } : {}),
    },
    labelStyle: { fill: 'var(--ink-2)', fontSize: 11 },
    labelBgStyle: { fill: 'var(--ground)' },
  }))
  const about = shown.filter(({ from, to }) => chosen === undefined || from === chosen || to === chosen)
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <section
        aria-label={t('catalog.graph.canvas', { source })}
        className="h-[26rem] overflow-hidden rounded-xl border border-line bg-ground xl:h-[62dvh]"
      >
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesFocusable={false}
          minZoom={0.2}
          proOptions={{ hideAttribution: true }}
          onNodeClick={(_, { id }) => setChosen(id)}
          onNodeDoubleClick={(_, { id }) => void more(id)}
          onSelectionChange={({ nodes: some }) => some[0] && setChosen(some[0].id)}
          onPaneClick={() => setChosen(undefined)}
        >
          <Background color="var(--line)" />
          <Controls showInteractive={false} />
        </ReactFlow>
      </section>
      <Card
        title={chosen ?? t('catalog.graph.joins')}
        actions={
          chosen === undefined ? undefined : (
            <span className="flex flex-wrap gap-1.5">
              <Button small icon="plus" onClick={() => void more(chosen)}>
                {t('catalog.graph.more')}
              </Button>
              <Link
                to="/catalog/$source/$table"
                params={{ source, table: chosen }}
                className="inline-flex h-8 items-center rounded-lg border border-line-strong px-2.5 text-sm font-medium hover:bg-sunken"
              >
                {t('catalog.graph.open')}
              </Link>
              {chosen !== begin && (
                <Button
                  small
                  look="quiet"
                  onClick={() => {
                    setHidden(new Set([...hidden, chosen]))
                    setChosen(undefined)
                  }}
                >
                  {t('catalog.graph.hide')}
                </Button>
              )}
            </span>
          )
        }
      >
        <ul className="flex flex-col gap-2">
          {about.map((join) => (
            <JoinLine key={idOf(join)} join={join} />
          ))}
        </ul>
      </Card>
    </div>
  )
}
