import type { Area } from '../area.ts'
import type en from '../en/run.ts'

const zh: Area<typeof en> = {
  'run.title': '运行',
}
export default zh
