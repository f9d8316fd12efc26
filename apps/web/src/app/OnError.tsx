import { Component, type ReactNode } from "react";

import { text } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import styles from "../ui/Starting.module.css";

/** The last resort: a page that broke says so and offers a way on, instead of being empty. */
export class OnError extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    const { errors } = text().common;
    return (
      <main className={styles.starting}>
        <h1>{errors.title}</h1>
        <p>{errors.unknown}</p>
        <Button
          look="primary"
          onClick={() => {
            location.reload();
          }}
        >
          {errors.reload}
        </Button>
      </main>
    );
  }
}
