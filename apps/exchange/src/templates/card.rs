//! What templates are made of.

use protocol::{
    nodes::{NodeKind, NodeRole},
    preferences::Language,
    templates::TemplateId,
};

/// The distance from one column to the next: a card, and a gap.
pub(super) const COLUMN: f64 = 412.0;
/// The same of rows, for short questions and their answers.
pub(super) const ROW: f64 = 500.0;
/// Around what a frame holds, and above it for its title.
pub(super) const AROUND: f64 = 30.0;
pub(super) const TITLE: f64 = 50.0;

/// The same in English and in French.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words(pub(super) &'static str, pub(super) &'static str);

impl Words {
    pub(super) fn of(self, language: Language) -> &'static str {
        match language {
            Language::En => self.0,
            Language::Fr => self.1,
        }
    }
}

#[derive(Debug)]
pub(super) struct Template {
    pub(super) id: TemplateId,
    pub(super) name: Words,
    pub(super) description: Words,
    pub(super) system_prompt: Words,
    pub(super) cards: &'static [Card],
    /// Which cards rest on which others since the answers were given: these are out of date.
    pub(super) since: &'static [(usize, usize)],
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) text: Words,
    pub(super) summary: Words,
    pub(super) model: &'static str,
    pub(super) tokens: i64,
}

/// A node of a template. Others are named by their places among the cards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Card {
    pub(super) kind: NodeKind,
    pub(super) role: NodeRole,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) text: Words,
    pub(super) title: Option<Words>,
    pub(super) answer: Option<Answer>,
    pub(super) extent: Option<(f64, f64)>,
    pub(super) color: Option<&'static str>,
    pub(super) tag: Option<Words>,
    pub(super) frame: Option<usize>,
    pub(super) above: &'static [usize],
    pub(super) temperature: Option<f64>,
}

impl Card {
    const fn new(kind: NodeKind, x: f64, y: f64, text: Words) -> Self {
        Self {
            kind,
            role: NodeRole::User,
            x,
            y,
            text,
            title: None,
            answer: None,
            extent: None,
            color: None,
            tag: None,
            frame: None,
            above: &[],
            temperature: None,
        }
    }

    pub(super) const fn prompt(x: f64, y: f64, text: Words) -> Self {
        Self::new(NodeKind::Prompt, x, y, text)
    }

    pub(super) const fn note(x: f64, y: f64, text: Words) -> Self {
        let note = Self::new(NodeKind::Note, x, y, text);
        Self {
            color: Some("#FACC15"),
            ..note
        }
    }

    /// What every model is told that is asked below it.
    pub(super) const fn rule(x: f64, y: f64, text: Words) -> Self {
        let card = Self::new(NodeKind::Prompt, x, y, text);
        Self {
            role: NodeRole::System,
            ..card
        }
    }

    /// A frame around so many columns from this place on, of cards as high as this.
    pub(super) const fn frame(x: f64, y: f64, columns: f64, height: f64, title: Words) -> Self {
        let frame = Self::new(NodeKind::Frame, x - AROUND, y - TITLE, Words("", ""));
        let gap = COLUMN - CARD_WIDTH;
        Self {
            title: Some(title),
            extent: Some((
                columns * COLUMN - gap + 2.0 * AROUND,
                height + TITLE + AROUND,
            )),
            color: Some("#3B82F6"),
            ..frame
        }
    }

    pub(super) const fn titled(self, title: Words) -> Self {
        Self {
            title: Some(title),
            ..self
        }
    }

    pub(super) const fn below(self, above: &'static [usize]) -> Self {
        Self { above, ..self }
    }

    pub(super) const fn within(self, frame: usize) -> Self {
        Self {
            frame: Some(frame),
            ..self
        }
    }

    pub(super) const fn answered(self, answer: Answer) -> Self {
        Self {
            answer: Some(answer),
            ..self
        }
    }

    pub(super) const fn tagged(self, tag: Words) -> Self {
        Self {
            tag: Some(tag),
            ..self
        }
    }

    pub(super) const fn at_temperature(self, temperature: f64) -> Self {
        Self {
            temperature: Some(temperature),
            ..self
        }
    }
}

/// The width of every card in the browser.
pub(super) const CARD_WIDTH: f64 = 340.0;

#[cfg(test)]
pub(super) use expected::ROOM_FOR_ANSWER;

/// How high the browser draws cards, about: as `expectedHeight` of its `project/places.ts` says.
#[cfg(test)]
mod expected {
    use super::{CARD_WIDTH, Card, Language, NodeKind, NodeRole};

    const LETTERS_PER_LINE: usize = 46;
    const LINE_HEIGHT: f64 = 21.0;
    const PROMPT_HEIGHT_MAX: f64 = 192.0;
    const ANSWER_HEIGHT_MAX: f64 = 240.0;
    const HEADER_HEIGHT: f64 = 36.0;
    const PADDING: f64 = 18.0;
    const FOOTER_HEIGHT: f64 = 30.0;
    /// As high as a card becomes by its answer.
    pub(in super::super) const ROOM_FOR_ANSWER: f64 = ANSWER_HEIGHT_MAX + FOOTER_HEIGHT;

    impl Card {
        pub(in super::super) fn size(&self, language: Language, room: f64) -> (f64, f64) {
            if let Some(extent) = self.extent {
                return extent;
            }
            let question = height(self.text.of(language)).min(PROMPT_HEIGHT_MAX);
            let asks = self.kind == NodeKind::Prompt && self.role == NodeRole::User;
            let answer = if asks { room } else { 0.0 };
            (CARD_WIDTH, HEADER_HEIGHT + question + answer)
        }
    }

    fn height(text: &str) -> f64 {
        let lines = text
            .split('\n')
            .map(|line| line.chars().count().div_ceil(LETTERS_PER_LINE).max(1));
        let lines = u32::try_from(lines.sum::<usize>()).expect("a text is short");
        PADDING + f64::from(lines) * LINE_HEIGHT
    }
}
