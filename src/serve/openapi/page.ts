/** The page at `/docs`: it reads `/openapi.json`, shows it, and lets a person try each route. Nothing of it comes from another host. */
export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice: the HTTP routes</title>
<link rel="stylesheet" href="/docs/page.css">
<script src="/docs/page.js" defer></script>
</head>
<body>
<header>
<h1>Sluice</h1>
<p id="about">The data gateway for AI.</p>
<p><a href="/openapi.json">openapi.json</a></p>
<label>API key <input id="key" type="password" autocomplete="off" placeholder="not needed on this machine"></label>
<label>Find <input id="find" type="search" placeholder="part of a path or of its text"></label>
</header>
<main id="routes"><p>Reading the routes. Without JavaScript, read <a href="/openapi.json">openapi.json</a>.</p></main>
</body>
</html>
`

export const css = `:root { color-scheme: light dark; --accent: #1565c0; --line: color-mix(in srgb, currentColor 20%, transparent); }
@media (prefers-color-scheme: dark) { :root { --accent: #90caf9; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h2 { border-bottom: 1px solid var(--line); margin: 2rem 0 .5rem; }
a { color: var(--accent); }
header label { display: inline-flex; gap: .5rem; align-items: center; margin: 0 1rem .5rem 0; max-width: 100%; }
header label { white-space: nowrap; }
header input { width: 19rem; min-width: 0; flex-shrink: 1; }
input, textarea, button, summary { font: inherit; }
input, textarea { padding: .3rem .5rem; border: 1px solid var(--line); border-radius: .25rem; background: transparent; color: inherit; max-width: 100%; }
textarea { width: 100%; min-height: 7rem; font: .875rem/1.4 ui-monospace, monospace; }
button { padding: .3rem .9rem; border: 1px solid var(--accent); border-radius: .25rem; background: var(--accent); color: Canvas; cursor: pointer; }
details { border: 1px solid var(--line); border-radius: .25rem; margin: .5rem 0; padding: 0 .75rem; }
details[open] { padding-bottom: .75rem; }
summary { cursor: pointer; padding: .5rem 0; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, pre { font: .875rem/1.4 ui-monospace, monospace; }
pre { background: color-mix(in srgb, currentColor 7%, transparent); padding: .5rem; overflow: auto; max-height: 24rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4rem; margin-right: .5rem; font-weight: 600; color: var(--accent); text-transform: uppercase; }
`

export const script = `'use strict'
const element = (name, text, attributes = {}) => {
  const made = document.createElement(name)
  if (text !== undefined) made.textContent = text
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}
const sample = (schema) => {
  if (!schema) return undefined
  if (schema.enum) return schema.enum[0]
  if (schema.const !== undefined) return schema.const
  if (schema.anyOf) return sample(schema.anyOf[0])
  if (schema.type === 'object') {
    const names = schema.required ?? []
    return Object.fromEntries(names.map((name) => [name, sample(schema.properties?.[name])]))
  }
  if (schema.type === 'array') return []
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 0
  if (schema.type === 'boolean') return false
  return ''
}
async function send(method, path, body, out) {
  const key = document.getElementById('key').value
  out.textContent = 'Waiting.'
  try {
    const headers = { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...(key ? { Authorization: 'Bearer ' + key } : {}) }
    const answer = await fetch(path, { method, headers, body })
    const text = await answer.text()
    let shown = text
    try { shown = JSON.stringify(JSON.parse(text), undefined, 2) } catch {}
    out.textContent = answer.status + ' ' + answer.statusText + '\\n' + shown.slice(0, 200000)
  } catch {
    out.textContent = 'The gateway did not answer.'
  }
}
function shown(path, method, operation) {
  const box = element('details')
  const head = element('summary')
  head.append(element('span', method, { class: 'method' }), element('code', path), ' ' + operation.summary)
  box.append(head)
  box.addEventListener('toggle', () => { if (box.open && box.children.length === 1) fill(box, path, method, operation) })
  return box
}
function fill(box, path, method, operation) {
  if (operation.description) box.append(element('p', operation.description))
  const schema = operation.requestBody?.content?.['application/json']?.schema
  if (schema) box.append(element('h3', 'Body'), element('pre', JSON.stringify(schema, undefined, 2)))
  const target = element('input', undefined, { value: path, 'aria-label': 'Path', size: '40' })
  if (path.includes('{')) box.append(target)
  const body = element('textarea', undefined, { 'aria-label': 'Body to send', spellcheck: 'false' })
  if (schema) {
    body.value = JSON.stringify(sample(schema), undefined, 2)
    box.append(body)
  }
  const out = element('pre', '', { 'aria-live': 'polite' })
  const button = element('button', 'Send', { type: 'button' })
  button.addEventListener('click', () => send(method.toUpperCase(), target.value, schema ? body.value : undefined, out))
  box.append(button, out)
}
async function start() {
  const routes = document.getElementById('routes')
  const answer = await fetch('/openapi.json')
  const whole = await answer.json()
  document.getElementById('about').textContent = whole.info.title + ' ' + whole.info.version
  const groups = new Map()
  for (const [path, methods] of Object.entries(whole.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = operation['x-group'] ? 'Tools: ' + operation['x-group'] : operation.tags[0]
      if (!groups.has(name)) groups.set(name, [])
      groups.get(name).push(shown(path, method, operation))
    }
  }
  routes.replaceChildren()
  for (const [name, boxes] of groups) {
    const section = element('section')
    section.append(element('h2', name), ...boxes)
    routes.append(section)
  }
  document.getElementById('find').addEventListener('input', (event) => {
    const wanted = event.target.value.toLowerCase()
    for (const box of routes.querySelectorAll('details')) box.hidden = !box.firstChild.textContent.toLowerCase().includes(wanted)
    for (const section of routes.children) section.hidden = ![...section.querySelectorAll('details')].some((box) => !box.hidden)
  })
}
start().catch(() => { document.getElementById('routes').textContent = 'The routes could not be read. Is the gateway running?' })
`
