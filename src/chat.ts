/** Conversations: questions and answers kept in the registry, found only by who began them. */
export { type Fed, feedBack } from './chat/feedback.ts'
export { type ChatOut, type Replied, type Said, say } from './chat/say.ts'
export {
  beginSession,
  listSessions,
  type MessageTold,
  readSession,
  removeSession,
  renameSession,
  type SessionTold,
  type SessionWhole,
} from './chat/sessions.ts'
export { readShared, type SharedTold, shareSession, unshareSession } from './chat/share.ts'
