import type { Area } from '../area.ts'
import type en from '../en/govern.ts'

const zh: Area<typeof en> = {
  'govern.title': '治理',
}
export default zh
