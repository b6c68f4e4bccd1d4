import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** While developing (`npm run dev -w ui`) everything but the page itself is asked from a gateway that runs beside it. */
const gateway = process.env.SLUICE_URL ?? 'http://127.0.0.1:8000'
const doors = ['/api', '/sql', '/tools', '/mcp', '/info', '/health', '/openapi.json', '/docs', '/database', '/import', '/ws']

export default defineConfig({
  root: import.meta.dirname,
  base: '/ui/',
  plugins: [react(), tailwind()],
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: 'es2023',
    // A policy without inline styles and data addresses holds for the page, so nothing is put into other files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_000,
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(doors.map((path) => [path, { target: gateway, ws: path === '/ws' }])) },
})
