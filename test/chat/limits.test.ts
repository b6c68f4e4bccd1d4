import { expect, test } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { onEachRegistry } from '../store/registries.ts'

/** Conversations in the registry, on both kinds of it. */

onEachRegistry((place) => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
  const bounds = { ownMax: 3, keptSince: at(0) }
  const session = (id: string, second: number, owner = 'ana') => ({
    id,
    owner,
    name: `about ${id}`,
    source: 'shop',
    createdAt: at(second),
    updatedAt: at(second),
  })
  const message = (content: string, second = 100) => ({ role: 'user' as const, content, createdAt: at(second) })

  test('an owner has so many; the one that rested longest goes, and nobody else’s', async () => {
    const { setting } = await place()
    const store = await openStore(setting)
    try {
      const { chats } = store
      await chats.begin(session('other', 1, 'ben'), bounds)
      for (const [i, id] of ['a', 'b', 'c'].entries()) await chats.begin(session(id, 10 + i), bounds)
      await chats.append('a', [message('still going on')], 10)
      await chats.begin(session('d', 20), bounds)
      expect((await chats.list('ana', { limit: 10, offset: 0 })).map(({ id }) => id)).toEqual(['a', 'd', 'c'])
      expect((await chats.list('ben', { limit: 10, offset: 0 })).map(({ id }) => id)).toEqual(['other'])
      expect((await chats.list('ana', { limit: 1, offset: 1 })).map(({ id }) => id)).toEqual(['d'])
      // What rested too long is forgotten by whoever begins one.
      await chats.begin(session('e', 300), { ownMax: 10, keptSince: at(15) })
      expect((await chats.list('ana', { limit: 10, offset: 0 })).map(({ id }) => id)).toEqual(['e', 'a', 'd'])
      expect(await chats.find('ben', 'other')).toBeUndefined()
    } finally {
      await store.close()
    }
  })

  test('a conversation has so many messages, in their order, also when two come at once', async () => {
    const { setting } = await place()
    const store = await openStore(setting)
    try {
      const { chats } = store
      await chats.begin(session('a', 1), bounds)
      await Promise.all(['x', 'y', 'z'].map((content) => chats.append('a', [message(content), message(`${content}2`)], 8)))
      const all = await chats.messages('a')
      expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6])
      for (let i = 0; i < 6; i += 2) expect(all[i + 1]!.content).toBe(`${all[i]!.content}2`)
      expect((await chats.messages('a', 2)).map(({ number }) => number)).toEqual([5, 6])
      await chats.append('a', [message('7'), message('8')], 8)
      await expect(chats.append('a', [message('9')], 8)).rejects.toMatchObject({ code: 'session_full' })
      await expect(chats.append('gone', [message('1')], 8)).rejects.toMatchObject({ code: 'session_unknown' })
      expect(await chats.messages('a')).toHaveLength(8)
      expect(await chats.find('ana', 'a')).toMatchObject({ messages: 8, updatedAt: at(100) })
    } finally {
      await store.close()
    }
  })

  test('search, sharing, opinions and forgetting belong to the owner', async () => {
    const { setting } = await place()
    const store = await openStore(setting)
    try {
      const { chats } = store
      await chats.begin(session('a', 1), bounds)
      await chats.begin(session('b', 2, 'ben'), bounds)
      await chats.append('a', [message('100% of ÜBER_orders'), { ...message('fine'), role: 'assistant', answer: '{}' }], 8)
      const found = async (text: string) => (await chats.list('ana', { text, limit: 9, offset: 0 })).map(({ id }) => id)
      expect(await found('ABOUT')).toEqual(['a'])
      expect(await found('100%')).toEqual(['a'])
      expect(await found('r_o')).toEqual(['a'])
      expect(await found('1%o')).toEqual([])
      // What was answered may be hidden by now.
      expect(await found('fine')).toEqual([])
      expect(await found("'; DROP TABLE sessions; --")).toEqual([])
      expect(await chats.change('ben', 'a', { name: 'mine' })).toBe(false)
      expect(await chats.change('ana', 'a', { name: 'better', share: 'word' })).toBe(true)
      expect(await chats.shared('word')).toMatchObject({ id: 'a', name: 'better', share: 'word' })
      expect(await chats.shared('wor')).toBeUndefined()
      expect(await chats.judge('a', 2, true)).toBe(true)
      expect(await chats.judge('a', 1, true)).toBe(false)
      expect((await chats.messages('a'))[1]).toMatchObject({ role: 'assistant', answer: '{}', good: true })
      expect(await chats.remove('ben', 'a')).toBe(false)
      expect(await chats.remove('ana', 'a')).toBe(true)
      expect(await chats.messages('a')).toEqual([])
    } finally {
      await store.close()
    }
  })
})
