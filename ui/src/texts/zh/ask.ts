import type { Area } from '../area.ts'
import type en from '../en/ask.ts'

const zh: Area<typeof en> = {
  'ask.title': '提问',
}
export default zh
