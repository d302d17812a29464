const common = {
  width: 24,
  height: 24,
  viewBox: '0 0 24 24',
  fill: 'none',
  stroke: 'currentColor',
  'stroke-width': 2,
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
  'aria-hidden': true,
} as const;

export const ChatIcon = () => (
  <svg {...common} width={28} height={28}>
    <path d="M21 11.5a8.4 8.4 0 0 1-9 8.4 9 9 0 0 1-3.9-.9L3 20.5l1.5-4.6A8.4 8.4 0 0 1 3 11.5a8.7 8.7 0 0 1 9-8.4 8.7 8.7 0 0 1 9 8.4Z" />
    <path d="M8.5 11.5h.01M12 11.5h.01M15.5 11.5h.01" />
  </svg>
);
export const DownIcon = () => (
  <svg {...common}>
    <path d="m6 9 6 6 6-6" />
  </svg>
);
export const SendIcon = () => (
  <svg {...common} width={20} height={20} class="mirrored">
    <path d="M4 12 20 4l-5 16-4-7-7-1Z" />
  </svg>
);
export const FileIcon = () => (
  <svg {...common} width={16} height={16}>
    <path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8l-5-5Z" />
    <path d="M14 3v5h5" />
  </svg>
);
