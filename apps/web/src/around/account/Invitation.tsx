export default function Invitation() {
  return <main>Invitation</main>;
}
