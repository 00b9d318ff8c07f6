/** A cleat with a line made fast: what is tied here stays. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden focusable="false">
      <rect width="64" height="64" rx="16" fill="#10756a" />
      <path d="M21 14v36M43 14v36" stroke="#ffffff" strokeWidth="7" strokeLinecap="round" fill="none" />
      <path
        d="M12 40c10 2 12-16 20-16s10 18 20 16"
        stroke="#10756a"
        strokeWidth="11"
        strokeLinecap="round"
        fill="none"
      />
      <path
        d="M11 40c11 2 13-15 21-15s10 17 21 15"
        stroke="#f3c969"
        strokeWidth="5.5"
        strokeLinecap="round"
        fill="none"
      />
    </svg>
  )
}
