import type { Area } from '../area.ts'
import type en from '../en/query.ts'

const zh: Area<typeof en> = {
  'query.title': '查询',
}
export default zh
