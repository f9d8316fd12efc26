export default function Verify() {
  return <main>Verify</main>;
}
