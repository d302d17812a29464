import { lazy, Suspense } from 'react';
import type { ReactNode } from 'react';

const DialogRoom = lazy(() => import('./dialog-room.js'));

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** A question that must be answered or closed. Its machinery is fetched with the first question, not with the page. */
export function Dialog(props: DialogProps) {
  if (!props.open) return null;
  return (
    <Suspense fallback={null}>
      <DialogRoom {...props} />
    </Suspense>
  );
}

/** The row of buttons that ends a dialog. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>
);
