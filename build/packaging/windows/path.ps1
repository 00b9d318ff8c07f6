# Puts the folder of this script on the PATH of the user or the machine, or takes it off.
param(
  [Parameter(Mandatory)] [ValidateSet('add', 'remove')] [string] $Action,
  [Parameter(Mandatory)] [ValidateSet('User', 'Machine')] [string] $Scope
)
$folder = $PSScriptRoot
$place = if ($Scope -eq 'Machine') {
  [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SYSTEM\CurrentControlSet\Control\Session Manager\Environment', $true)
} else {
  [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)
}
$value = [string] $place.GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
$entries = @($value -split ';' | Where-Object { $_ -ne '' -and $_ -ne $folder })
if ($Action -eq 'add') { $entries += $folder }
$place.SetValue('Path', ($entries -join ';'), [Microsoft.Win32.RegistryValueKind]::ExpandString)
$place.Close()
# Setting any variable makes Windows tell running programs that the environment changed.
[Environment]::SetEnvironmentVariable('HoldfastInstalling', $null, 'User')
