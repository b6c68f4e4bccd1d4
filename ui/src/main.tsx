import './app.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { problemOf } from './api/problem.ts'
import { Boundary } from './kit/states.tsx'
import { TipProvider } from './kit/tip.tsx'
import { ToastProvider } from './kit/toast.tsx'
import { nonce } from './nonce.ts'
import { router } from './router.tsx'
import { ThemeProvider } from './shell/theme.tsx'
import { TextsProvider } from './texts/texts.tsx'

// What some parts bring of style of their own is let in by this word alone.
if (nonce !== undefined) setNonce(nonce)

// The files of a page that was opened before an update are gone after it: the new page has others.
window.addEventListener('vite:preloadError', () => {
  if (sessionStorage.getItem('sluice.reloaded') === document.baseURI) return
  sessionStorage.setItem('sluice.reloaded', document.baseURI)
  location.reload()
})

const AGAIN_MAX = 2
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What the gateway refuses it refuses again; only one that does not answer is asked again.
      retry: (failures, error) => problemOf(error).told.code === 'unreachable' && failures < AGAIN_MAX,
      refetchOnWindowFocus: true,
    },
  },
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ThemeProvider>
      <TextsProvider>
        <Boundary>
          <QueryClientProvider client={queries}>
            <TipProvider delayDuration={400}>
              <ToastProvider>
                <RouterProvider router={router} />
              </ToastProvider>
            </TipProvider>
          </QueryClientProvider>
        </Boundary>
      </TextsProvider>
    </ThemeProvider>
  </StrictMode>,
)
