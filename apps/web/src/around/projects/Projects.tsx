export default function Projects() {
  return <main>Projects</main>;
}
