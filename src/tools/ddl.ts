import type { Tool } from './tool.ts'

export const ddlTools: readonly Tool[] = []
