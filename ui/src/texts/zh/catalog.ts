import type { Area } from '../area.ts'
import type en from '../en/catalog.ts'

const zh: Area<typeof en> = {
  'catalog.title': '目录',
}
export default zh
