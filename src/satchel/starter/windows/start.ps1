# Starts this course without Python: PowerShell, which every Windows has, compiles the little web server beside this file.
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
try {
    # What one compiler only warns of must not stop another.
    Add-Type -IgnoreWarnings -TypeDefinition ([System.IO.File]::ReadAllText((Join-Path $here 'server.cs')))
} catch {
    # Some schools and firms allow no programs but their own.
    Write-Host 'PowerShell on this computer may not start the course:' $_.Exception.Message
    Write-Host 'What helps: install Python (free, from the Microsoft Store or python.org), then double-click start.bat again.'
    exit 1
}
$site = [System.IO.Path]::GetFullPath((Join-Path $here '..\site'))
$code = [Satchel.Starter]::Begin($site, [string[]]$args)
if ($code -ne [Satchel.Starter]::Serving) {
    exit $code
}
# A call that never returns could not be ended with Ctrl+C.
while ($true) {
    Start-Sleep -Seconds 1
}
