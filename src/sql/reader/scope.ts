/** What an unqualified table name stands for: a WITH query, a real table, or one of both depending on the server. */
export type Meaning = 'query' | 'table' | 'unclear'

/** `canon` is equal for names that every server of the dialect holds for equal, `fold` for names that some server does. */
export type NameRules = Readonly<{ canon: (name: string) => string; fold: (name: string) => string }>

/** The WITH queries that can be seen at one place of a statement; names are added while reading and asked for at its end. */
export class Scope {
  readonly parent: Scope | undefined
  private readonly rules: NameRules
  private readonly names = new Set<string>()
  private readonly folded = new Set<string>()
  constructor(rules: NameRules, parent?: Scope) {
    this.rules = rules
    this.parent = parent
  }

  add(name: string): void {
    this.names.add(this.rules.canon(name))
    this.folded.add(this.rules.fold(name))
  }

  /** Notes a later query of the same WITH, which some servers see from here and others do not. */
  addLater(name: string): void {
    this.folded.add(this.rules.fold(name))
  }

  meaning(name: string): Meaning {
    const canon = this.rules.canon(name)
    const fold = this.rules.fold(name)
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      if (scope.names.has(canon)) return 'query'
      if (scope.folded.has(fold)) return 'unclear'
    }
    return 'table'
  }
}
