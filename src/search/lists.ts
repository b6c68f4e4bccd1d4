/** Many short lists of numbers in two arrays: the list `i` is `items` from `starts[i]` to `starts[i + 1]`. */
export type Lists = Readonly<{ starts: Uint32Array; items: Uint32Array }>

export function listsOf(lists: readonly (readonly number[])[]): Lists {
  const starts = new Uint32Array(lists.length + 1)
  lists.forEach((list, i) => {
    starts[i + 1] = starts[i]! + list.length
  })
  const items = new Uint32Array(starts[lists.length]!)
  lists.forEach((list, i) => {
    items.set(list, starts[i]!)
  })
  return { starts, items }
}

/** The lists the other way: for each of `count` items, the lists that hold it, in rising order. */
export function turned({ starts, items }: Lists, count: number): Lists {
  const at = new Uint32Array(count + 1)
  for (const item of items) at[item + 1]!++
  for (let i = 0; i < count; i++) at[i + 1]! += at[i]!
  const lists = new Uint32Array(items.length)
  const next = at.slice()
  for (let list = 0; list + 1 < starts.length; list++) {
    for (let i = starts[list]!; i < starts[list + 1]!; i++) lists[next[items[i]!]!++] = list
  }
  return { starts: at, items: lists }
}
