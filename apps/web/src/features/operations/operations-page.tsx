export default function Page(_: { section?: string }) {
  return null;
}
