import type { Tool } from './tool.ts'

export const chat2sqlTools: readonly Tool[] = []
