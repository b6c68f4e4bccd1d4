import type { Tool } from './tool.ts'

export const adminTools: readonly Tool[] = []
