const style = `
:root{color-scheme:light;--ground:#fff;--ink:#10171f;--ink2:#43505d;--line:#e0e5ea;--soft:#eef1f4;--accent:#0b6e88;--warn:#8a5300;--warnsoft:#fdf1d8}
[data-theme=dark]{color-scheme:dark;--ground:#131920;--ink:#e9eef3;--ink2:#b3bec9;--line:#242e38;--soft:#0f141a;--accent:#56cbe0;--warn:#efb958;--warnsoft:#362809}
body{margin:0;padding:12px;background:var(--ground);color:var(--ink);font:13px/1.45 system-ui,sans-serif}
nav{display:flex;gap:4px;margin-bottom:8px}
button{font:inherit;color:var(--ink2);background:none;border:1px solid var(--line);border-radius:8px;padding:3px 10px;cursor:pointer}
button[aria-pressed=true]{color:var(--accent);border-color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.rows{overflow:auto;max-height:420px;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%}
th,td{padding:5px 10px;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line);max-width:320px;overflow:hidden;text-overflow:ellipsis}
th{position:sticky;top:0;background:var(--soft);font-weight:600}
.n{text-align:right;font-variant-numeric:tabular-nums}
.null,.said{color:var(--ink2)}.null{font-style:italic}
.mask{margin-left:6px;padding:0 5px;border-radius:5px;background:var(--warnsoft);color:var(--warn);font-size:11px;font-weight:500}
svg{width:100%;height:240px}svg text{fill:var(--ink2);font-size:11px}
pre{white-space:pre-wrap;overflow-wrap:anywhere}`

/** Runs in the client's frame; what comes of data is only ever set as text. */
const script = `
'use strict'
const $=(tag,props={},...kids)=>{const e=document.createElement(tag);for(const[k,v]of Object.entries(props))k in e?e[k]=v:e.setAttribute(k,v);e.append(...kids);return e}
const root=document.getElementById('root')
const post=(m)=>parent.postMessage({jsonrpc:'2.0',...m},'*')
const numeric=(c)=>['int','float','decimal'].includes(c.type)
const theme=(c)=>{if(c&&(c.theme==='dark'||c.theme==='light'))document.documentElement.dataset.theme=c.theme}
const ROWS=500,POINTS=60,CHARS=300
function cell(v,c){
  if(v===null)return $('td',{className:'null'},'NULL')
  const t=typeof v==='object'?JSON.stringify(v):String(v)
  return $('td',{className:numeric(c)?'n':'',title:t.slice(0,CHARS)},t.length>CHARS?t.slice(0,CHARS)+'…':t)
}
function table({columns,rows,receipt}){
  const masked=new Set(((receipt&&receipt.masked)||[]).map((n)=>n.slice(n.lastIndexOf('.')+1)))
  const head=$('tr',{},...columns.map((c)=>$('th',{scope:'col',className:numeric(c)?'n':''},c.name,...(masked.has(c.name)?[$('span',{className:'mask'},'masked')]:[]))))
  const body=rows.slice(0,ROWS).map((r)=>$('tr',{},...columns.map((c,i)=>cell(r[i],c))))
  return $('div',{className:'rows',tabIndex:0,role:'region','aria-label':'Rows'},$('table',{},$('thead',{},head),$('tbody',{},...body)))
}
const svg=(tag,props,...kids)=>{const e=document.createElementNS('http://www.w3.org/2000/svg',tag);for(const[k,v]of Object.entries(props))e.setAttribute(k,v);e.append(...kids);return e}
function chartOf({columns,rows}){
  const y=columns.findIndex((c,i)=>numeric(c)&&rows.some((r)=>r[i]!==null)),x=columns.findIndex((c,i)=>i!==y&&!numeric(c))
  if(y<0||x<0||rows.length<2||rows.length>POINTS)return undefined
  return {x,y,line:/^(date|timestamp|time)/.test(columns[x].type)}
}
function chart(data){
  const {x,y,line}=chartOf(data),W=640,H=240,L=48,B=40,points=data.rows.map((r)=>[String(r[x]),Number(r[y])||0])
  const most=Math.max(0,...points.map((p)=>p[1])),least=Math.min(0,...points.map((p)=>p[1])),span=most-least||1
  const py=(v)=>H-B-((v-least)/span)*(H-B-10),step=(W-L-8)/points.length,px=(i)=>L+step*(i+.5)
  const s=svg('svg',{viewBox:'0 0 '+W+' '+H,role:'img','aria-label':data.columns[y].name+' by '+data.columns[x].name})
  s.append(svg('line',{x1:L,x2:W,y1:py(0),y2:py(0),stroke:'var(--line)'}),svg('text',{x:4,y:py(most)+4},String(most)),svg('text',{x:4,y:py(least)+4},String(least)))
  if(line)s.append(svg('path',{d:points.map((p,i)=>(i?'L':'M')+px(i)+' '+py(p[1])).join(''),fill:'none',stroke:'var(--accent)','stroke-width':2}))
  else points.forEach((p,i)=>s.append(svg('rect',{x:px(i)-step*.36,width:step*.72,y:Math.min(py(p[1]),py(0)),height:Math.max(1,Math.abs(py(p[1])-py(0))),fill:'var(--accent)',rx:2},svg('title',{},p[0]+': '+p[1]))))
  const each=Math.ceil(points.length/12)
  points.forEach((p,i)=>{if(i%each===0)s.append(svg('text',{x:px(i),y:H-B+16,'text-anchor':'middle'},p[0].length>12?p[0].slice(0,11)+'…':p[0]))})
  return s
}
function show(data,as){
  const can=chartOf(data)!==undefined,open=can?as:'table',r=data.receipt||{}
  const tab=(name,label)=>$('button',{type:'button','aria-pressed':String(open===name),onclick:()=>show(data,name)},label)
  const said=[data.rows.length+' row'+(data.rows.length===1?'':'s')+(data.truncated?', there are more':''),r.source,r.ms===undefined?'':Math.round(r.ms)+' ms',data.rows.length>ROWS?'the first '+ROWS+' are shown':''].filter(Boolean).join(' · ')
  root.replaceChildren(...(can?[$('nav',{'aria-label':'View'},tab('chart','Chart'),tab('table','Table'))]:[]),open==='chart'?chart(data):table(data),$('p',{className:'said'},said))
}
function told(result){
  const data=result&&result.structuredContent
  if(data&&Array.isArray(data.columns)&&Array.isArray(data.rows))return show(data,'chart')
  const text=((result&&result.content)||[]).filter((c)=>c.type==='text').map((c)=>c.text).join('\\n')
  root.replaceChildren($('pre',{role:result&&result.isError?'alert':'status'},text||'There is nothing to show.'))
}
addEventListener('message',({source,data})=>{
  if(source!==parent||!data||data.jsonrpc!=='2.0')return
  if(data.id==='begin'&&data.result){theme(data.result.hostContext);post({method:'ui/notifications/initialized'})}
  else if(data.method==='ui/notifications/tool-result')told(data.params&&data.params.result?data.params.result:data.params)
  else if(data.method==='ui/notifications/tool-cancelled')root.replaceChildren($('p',{className:'said'},'The call was cancelled.'))
  else if(data.method==='ui/notifications/host-context-changed')theme(data.params)
  else if(data.method==='ui/resource-teardown'&&data.id!==undefined)post({id:data.id,result:{}})
  else if(data.method==='ping'&&data.id!==undefined)post({id:data.id,result:{}})
})
new ResizeObserver(()=>post({method:'ui/notifications/size-changed',params:{width:document.documentElement.scrollWidth,height:document.documentElement.scrollHeight}})).observe(document.body)
post({id:'begin',method:'ui/initialize',params:{protocolVersion:'2026-01-26',appInfo:{name:'sluice-result',version:'1'},appCapabilities:{}}})`

/** The document of the app: style and script stand in it, for a client shows it from no address of ours. */
export const appPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Result</title><style>${style}</style></head>
<body><main id="root"><p class="said" role="status">Waiting for the answer …</p></main><script>${script}</script></body>
</html>
`
