import { resultAppUri } from './result-app-link.ts'
import { appPage } from './result-app-page.ts'

/** The app itself: one document that asks nothing of any host. */
export const resultApp = () => ({
  uri: resultAppUri,
  mimeType: 'text/html;profile=mcp-app',
  text: appPage,
  _meta: { ui: { prefersBorder: true } },
})
