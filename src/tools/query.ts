import type { Tool } from './tool.ts'

export const queryTools: readonly Tool[] = []
