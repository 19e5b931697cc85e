@echo off
rem Starts this course on your own computer. It uses Python if there is one, else PowerShell, which Windows has.
setlocal
title Course
pushd "%~dp0"
if not exist "site\SHA256SUMS" goto incomplete

set PYTHON=py -3
%PYTHON% -c "import sys; sys.exit(sys.version_info < (3, 8))" <nul >nul 2>nul
if not errorlevel 1 goto python
set PYTHON=python
%PYTHON% -c "import sys; sys.exit(sys.version_info < (3, 8))" <nul >nul 2>nul
if not errorlevel 1 goto python

powershell -NoProfile -ExecutionPolicy Bypass -File windows\start.ps1 %*
if errorlevel 1 goto failed
goto end

:python
%PYTHON% start.py %*
goto end

:incomplete
echo The course is not complete here. Close this window, right-click the zip, choose "Extract All",
echo and double-click start.bat in the new folder.

:failed
echo.
pause
exit /b 1

:end
popd
