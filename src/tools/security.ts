import type { Tool } from './tool.ts'

export const securityTools: readonly Tool[] = []
