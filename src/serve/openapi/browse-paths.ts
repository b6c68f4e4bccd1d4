import * as z from 'zod'
import { countBody, exportBody, windowBody } from '../browse-routes.ts'
import { rowsAnswer } from './answers.ts'
import type { Operation } from './paths.ts'

const receipt = rowsAnswer.shape.receipt

/** Rows in windows and files, as the OpenAPI document tells them. */
export const browseOperations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/api/results/page': {
    post: {
      tag: 'SQL',
      summary: 'Some rows of a statement, in an order and through filters',
      description:
        'Without sort, filter and offset it is the statement itself that runs; else the statement stands in brackets in another one. Each is a query of its own: without an order rows may change places between two of them.',
      body: windowBody,
      answer: z.object({
        columns: z.array(
          z.object({ name: z.string(), type: z.string(), native: z.string().describe("The source's own name of the type") }),
        ),
        rows: z.array(z.array(z.unknown())),
        cut: z.array(z.tuple([z.int(), z.int(), z.int()])).describe('Row, column and whole length of each text that was cut'),
        truncated: z.boolean().describe('Exact: whether there are more rows'),
        receipt,
      }),
    },
  },
  '/api/results/count': {
    post: { tag: 'SQL', summary: 'How many rows a statement has', body: countBody, answer: z.object({ count: z.int(), receipt }) },
  },
  '/api/export': {
    post: {
      tag: 'SQL',
      summary: 'All rows of a statement as a file',
      description:
        'Streamed; as many rows as your role allows in one answer. A file that breaks off ends its connection. `X-Audit-Id` names the record, which tells whether there were more rows.',
      body: exportBody,
      answerTypes: [
        'text/csv',
        'application/x-ndjson',
        'application/vnd.apache.parquet',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      ],
    },
  },
}
