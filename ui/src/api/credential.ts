const KEY = 'sluice.credential'
const listeners = new Set<() => void>()

/** The API key or access token of this tab, which goes with the tab: it is kept in session storage and nowhere else. */
export function credential(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined
}

/** Takes another credential, or none; the empty one stands for somebody who is about to give one. */
export function signIn(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(KEY)
  else sessionStorage.setItem(KEY, token)
  for (const listener of listeners) listener()
}

/** Calls whenever the credential has changed; answers how to stop it. */
export function onCredential(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The header that every request carries. */
export function authorization(): Record<string, string> {
  const token = credential()
  return !token ? {} : { Authorization: `Bearer ${token}` }
}
