; The terminal command on the PATH of whom the program is installed for. The registry is edited by .NET with the
; unexpanded value: NSIS cuts strings at 1024 characters, and an expanded PATH would lose its variables.
!macro holdfastPath ACTION
  StrCpy $R0 "User"
  ${if} $installMode == "all"
    StrCpy $R0 "Machine"
  ${endif}
  nsExec::ExecToLog 'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "$INSTDIR\resources\terminal\path.ps1" -Action ${ACTION} -Scope $R0'
  Pop $R1
!macroend

!macro customInstall
  !insertmacro holdfastPath "add"
!macroend

!macro customUnInstall
  !insertmacro holdfastPath "remove"
  ; Starting at sign-in, where the person had switched it on.
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "com.holdfast.desktop"
!macroend
