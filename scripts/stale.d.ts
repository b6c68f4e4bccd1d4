/** True when the bundle is missing or something that goes into it is newer. `root` is the folder of the package. */
export function isStale(root?: string): boolean

/** The same of the page in `dist/ui`. */
export function isPageStale(root?: string): boolean
