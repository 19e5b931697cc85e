@echo off
rem Starts this course on your own computer. It uses Python if there is one, else PowerShell, which Windows has.
setlocal
title Course
if not exist "%~dp0site\SHA256SUMS" goto incomplete

set PYTHON=py -3
%PYTHON% -c "import sys; sys.exit(sys.version_info < (3, 8))" <nul >nul 2>nul
if not errorlevel 1 goto python
set PYTHON=python
%PYTHON% -c "import sys; sys.exit(sys.version_info < (3, 8))" <nul >nul 2>nul
if not errorlevel 1 goto python

powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0windows\start.ps1" %*
if errorlevel 1 goto failed
exit /b 0

:python
%PYTHON% "%~dp0start.py" %*
exit /b %errorlevel%

:incomplete
echo The course is not complete here. Close this window, right-click the zip, choose "Extract All",
echo and double-click start.bat in the new folder.

:failed
echo.
pause
exit /b 1
