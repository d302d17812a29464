import { useId } from 'react';
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react';
import { cx } from './cx.js';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  children: (props: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}

/** Label above, hint below, the error said to screen readers the moment it appears. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        ...(described ? { 'aria-describedby': described } : {}),
        ...(error ? { 'aria-invalid': true as const } : {}),
      })}
      {hint ? (
        <p id={`${id}-hint`} className="m-0 text-sm text-faint">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} role="alert" className="m-0 text-sm text-red">
          {error}
        </p>
      ) : null}
    </div>
  );
}

type TextFieldProps = InputHTMLAttributes<HTMLInputElement> & Pick<FieldProps, 'label' | 'hint' | 'error'>;

export const TextField = ({ label, hint, error, className, ...rest }: TextFieldProps) => (
  <Field label={label} hint={hint} error={error}>
    {(ids) => <input dir="auto" className={cx('field touch', className)} {...ids} {...rest} />}
  </Field>
);

type AreaFieldProps = TextareaHTMLAttributes<HTMLTextAreaElement> & Pick<FieldProps, 'label' | 'hint' | 'error'>;

export const AreaField = ({ label, hint, error, className, ...rest }: AreaFieldProps) => (
  <Field label={label} hint={hint} error={error}>
    {(ids) => <textarea dir="auto" rows={3} className={cx('field grow', className)} {...ids} {...rest} />}
  </Field>
);

type SelectFieldProps = SelectHTMLAttributes<HTMLSelectElement> &
  Pick<FieldProps, 'label' | 'hint' | 'error'> & { options: { value: string; label: string }[] };

export const SelectField = ({ label, hint, error, options, className, ...rest }: SelectFieldProps) => (
  <Field label={label} hint={hint} error={error}>
    {(ids) => <Select options={options} className={className} {...ids} {...rest} />}
  </Field>
);

type SelectProps = SelectHTMLAttributes<HTMLSelectElement> & { options: { value: string; label: string }[] };

/** The browser's own: the best one on phones and for screen readers. */
export const Select = ({ options, className, ...rest }: SelectProps) => (
  <select className={cx('field touch', className)} {...rest}>
    {options.map((option) => (
      <option key={option.value} value={option.value}>
        {option.label}
      </option>
    ))}
  </select>
);

type CheckProps = InputHTMLAttributes<HTMLInputElement> & { label: ReactNode };

export const Check = ({ label, className, ...rest }: CheckProps) => (
  <label className={cx('touch flex min-h-8 items-center gap-2 text-sm', className)}>
    <input type="checkbox" className="size-4 accent-accent" {...rest} />
    <span>{label}</span>
  </label>
);
