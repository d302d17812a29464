import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.js';
import { copyText } from './copy.js';
import { announce } from './toast.js';

/** A value to paste elsewhere, exactly as it must be, with a button that copies it. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await copyText(value))) return;
    setCopied(true);
    announce(t('common.copied'));
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <div className="flex flex-col gap-1">
      <span className="text-sm font-medium">{label}</span>
      <div className="flex items-center gap-1 rounded-md border border-line bg-surface ps-3">
        <code dir="ltr" className="min-w-0 flex-1 py-1.5 text-start font-mono text-sm break-all select-all">
          {value}
        </code>
        <IconButton label={`${t(copied ? 'common.copied' : 'common.copy')}: ${label}`} onClick={() => void copy()}>
          {copied ? <Check size={15} aria-hidden className="text-accent" /> : <Copy size={15} aria-hidden />}
        </IconButton>
      </div>
    </div>
  );
}
