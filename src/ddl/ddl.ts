/** What a change of structure asks for; one member a tool. Filled in with the tools that make it. */
export type Ddl = Readonly<{ kind: string }>
