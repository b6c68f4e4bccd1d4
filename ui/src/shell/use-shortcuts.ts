import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { sections } from './sections.ts'

/** Ctrl or ⌘ with K opens the palette; Alt with 1 to 5 goes to the parts of the page. */
export function useShortcuts(onPalette: () => void): void {
  const navigate = useNavigate()
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        onPalette()
      }
      const section = event.altKey && !event.ctrlKey && !event.metaKey ? sections[Number(event.code.replace('Digit', '')) - 1] : undefined
      if (section) {
        event.preventDefault()
        void navigate({ to: section.to })
      }
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [navigate, onPalette])
}
