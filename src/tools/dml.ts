import type { Tool } from './tool.ts'

export const dmlTools: readonly Tool[] = []
