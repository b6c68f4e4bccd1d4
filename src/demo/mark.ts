/** Raised when the data change, so that older demo data are made again. */
export const demoVersion = 2

/** The file whose presence says that a demo folder is whole. */
export const markFile = 'demo.json'

/** `share` of the whole that is done, 0 to 1, and what is being made. */
export type Progress = (share: number, what: string) => void
