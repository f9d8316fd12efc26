use entity::answer_feedback;
use protocol::feedback::FeedbackView;

pub(super) fn to_view(row: answer_feedback::Model) -> FeedbackView {
    let answer_feedback::Model {
        id: _,
        project_id: _,
        generation_id,
        user_id,
        rating,
        is_helpful,
        comment,
        created_at,
        updated_at,
    } = row;
    FeedbackView {
        generation_id: generation_id.into(),
        user_id: user_id.into(),
        rating: rating.and_then(|rating| u8::try_from(rating).ok()),
        is_helpful,
        comment,
        created_at: created_at.into(),
        updated_at: updated_at.into(),
    }
}
