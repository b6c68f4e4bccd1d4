/** The same texts in another language: every key, none besides. */
export type Area<T> = Readonly<Record<keyof T, string>>
