//! Which templates there are.

use protocol::{
    preferences::Language,
    templates::{TemplateId, TemplateView},
};

use super::{
    card::Template, compare_options, learn_subject, plan_with_risks, research_with_sources, tour,
    write_and_criticise,
};

/// In the order in which they are offered.
pub(super) const ALL: [&Template; 6] = [
    &compare_options::TEMPLATE,
    &plan_with_risks::TEMPLATE,
    &write_and_criticise::TEMPLATE,
    &research_with_sources::TEMPLATE,
    &learn_subject::TEMPLATE,
    &tour::TEMPLATE,
];

pub(super) fn template(id: TemplateId) -> &'static Template {
    match id {
        TemplateId::Tour => &tour::TEMPLATE,
        TemplateId::CompareOptions => &compare_options::TEMPLATE,
        TemplateId::PlanWithRisks => &plan_with_risks::TEMPLATE,
        TemplateId::WriteAndCriticise => &write_and_criticise::TEMPLATE,
        TemplateId::ResearchWithSources => &research_with_sources::TEMPLATE,
        TemplateId::LearnSubject => &learn_subject::TEMPLATE,
    }
}

pub(super) fn views(language: Language) -> Vec<TemplateView> {
    ALL.iter()
        .map(|template| TemplateView {
            id: template.id,
            name: template.name.of(language).to_owned(),
            description: template.description.of(language).to_owned(),
            node_count: u64::try_from(template.cards.len()).unwrap_or(u64::MAX),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use protocol::nodes::NodeKind;

    use super::{
        super::card::{Card, ROOM_FOR_ANSWER},
        *,
    };

    const LANGUAGES: [Language; 2] = [Language::En, Language::Fr];

    #[derive(Debug)]
    struct Place {
        left: f64,
        top: f64,
        right: f64,
        bottom: f64,
    }

    impl Place {
        fn of(card: &Card, language: Language) -> Self {
            let (width, height) = card.size(language, ROOM_FOR_ANSWER);
            Self {
                left: card.x,
                top: card.y,
                right: card.x + width,
                bottom: card.y + height,
            }
        }

        fn overlaps(&self, other: &Self) -> bool {
            self.left < other.right
                && other.left < self.right
                && self.top < other.bottom
                && other.top < self.bottom
        }

        fn holds(&self, other: &Self) -> bool {
            self.left <= other.left
                && other.right <= self.right
                && self.top <= other.top
                && other.bottom <= self.bottom
        }
    }

    #[test]
    fn no_card_of_a_template_covers_another_and_frames_hold_what_is_theirs() {
        for template in ALL {
            for language in LANGUAGES {
                for (number, card) in template.cards.iter().enumerate() {
                    let place = Place::of(card, language);
                    for (other_number, other) in template.cards.iter().enumerate().skip(number + 1)
                    {
                        let other_place = Place::of(other, language);
                        let ids = format!("{:?} {language:?} {number} {other_number}", template.id);
                        if other.frame == Some(number) {
                            assert!(place.holds(&other_place), "{ids} {place:?} {other_place:?}");
                        } else {
                            assert!(
                                !place.overlaps(&other_place),
                                "{ids} {place:?} {other_place:?}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_a_card_needs_comes_before_it_and_only_frames_hold_others() {
        for template in ALL {
            for (number, card) in template.cards.iter().enumerate() {
                assert!(card.above.iter().all(|above| *above < number));
                let Some(frame) = card.frame else { continue };
                assert!(frame < number);
                assert_eq!(template.cards[frame].kind, NodeKind::Frame);
            }
        }
    }

    #[test]
    fn every_template_is_offered_once_and_says_everything_in_both_languages() {
        let ids: HashSet<TemplateId> = ALL.iter().map(|template| template.id).collect();
        assert_eq!(ids.len(), ALL.len());
        for shown in ALL {
            assert_eq!(template(shown.id).id, shown.id);
            let words = [shown.name, shown.description, shown.system_prompt];
            let texts = shown
                .cards
                .iter()
                .filter(|card| card.kind != NodeKind::Frame);
            for words in words.into_iter().chain(texts.map(|card| card.text)) {
                let [english, french] = LANGUAGES.map(|language| words.of(language));
                assert!(!english.is_empty() && !french.is_empty());
                assert_ne!(english, french);
            }
        }
    }
}
