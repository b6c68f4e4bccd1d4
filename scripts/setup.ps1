# Makes a machine ready for Sluice, and says at each step what it found: powershell -ExecutionPolicy Bypass -File scripts\setup.ps1
# Changes nothing outside this folder. With -InstallNode it also fetches Node by winget.
param([switch]$InstallNode)
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..')

$need = 20
function Stop-Setup([string[]]$lines) {
  Write-Host "FAIL  $($lines[0])"
  $lines | Select-Object -Skip 1 | ForEach-Object { Write-Host "      $_" }
  exit 1
}

if ($InstallNode -and -not (Get-Command node -ErrorAction SilentlyContinue)) {
  if (-not (Get-Command winget -ErrorAction SilentlyContinue)) { Stop-Setup 'There is no winget.', 'Install Node from https://nodejs.org/en/download' }
  winget install --exact --id OpenJS.NodeJS.LTS --accept-source-agreements --accept-package-agreements
  $env:Path = [Environment]::GetEnvironmentVariable('Path', 'Machine') + ';' + [Environment]::GetEnvironmentVariable('Path', 'User')
}

Write-Host "1. Node $need or newer, with npm"
if (-not (Get-Command node -ErrorAction SilentlyContinue)) {
  Stop-Setup 'Node is not installed.', 'winget install OpenJS.NodeJS.LTS', 'or let this script do it: scripts\setup.ps1 -InstallNode'
}
if (-not (Get-Command npm -ErrorAction SilentlyContinue)) { Stop-Setup 'npm is not installed; it comes with Node.', 'winget install OpenJS.NodeJS.LTS' }
$major = [int](node -p 'process.versions.node.split(String.fromCharCode(46))[0]')
if ($major -lt $need) { Stop-Setup "Node $(node -v) is older than $need.", 'winget upgrade OpenJS.NodeJS.LTS' }
Write-Host "ok    Node $(node -v)"

Write-Host '2. What Sluice is made of, and its own Node'
node scripts/ready.js
if ($LASTEXITCODE -ne 0) { Stop-Setup 'Installing has failed.', 'Read what npm says above; behind a proxy set HTTPS_PROXY. Then run this script again.' }
Write-Host 'ok    installed and built'

Write-Host '3. Does it work here?'
if ((Test-Path sluice.yaml) -or $env:SLUICE_CONFIG) { node bin/sluice.js doctor } else { node bin/sluice.js doctor --demo }
if ($LASTEXITCODE -ne 0) { Stop-Setup 'The doctor has found something to mend; it says above how.' }

Write-Host ''
Write-Host 'Ready. Next:'
Write-Host '  npm start                                         serves your sluice.yaml, or the demo where there is none'
Write-Host "  node bin\sluice.js init                           asks for your first source and writes sluice.yaml"
Write-Host "  node bin\sluice.js install claude-desktop --demo  writes your MCP client's configuration, after showing it"
