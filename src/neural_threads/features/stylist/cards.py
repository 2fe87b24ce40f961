"""The segments that show a designer, a tailor or a design of the catalogue as a card."""

from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.catalog.tailors.shapes import Tailor

from .shapes import DesignerSegment, DesignSegment, TailorSegment


def designer_segment(designer: Designer, why: str) -> DesignerSegment:
    """Return the card of a designer, with the reason why they are shown."""
    return DesignerSegment(
        id=designer.id,
        user_id=designer.user_id,
        name=designer.name,
        why=why,
        location=designer.location,
        niches=designer.design_niches,
        languages=designer.languages,
        years_of_experience=designer.years_of_experience,
        rating=designer.rating,
        review_count=designer.review_count,
        profile_photo=designer.profile_photo,
    )


def tailor_segment(tailor: Tailor, why: str) -> TailorSegment:
    """Return the card of a tailor, with the reason why they are shown."""
    return TailorSegment(
        id=tailor.id,
        user_id=tailor.user_id,
        name=tailor.name,
        why=why,
        location=tailor.location,
        skills=tailor.skills,
        languages=tailor.languages,
        years_of_experience=tailor.years_of_experience,
        rating=tailor.rating,
        review_count=tailor.review_count,
        profile_photo=tailor.profile_photo,
        distance=tailor.distance,
    )


def design_segment(design: Design, why: str) -> DesignSegment:
    """Return the card of a design, with the reason why it is shown."""
    return DesignSegment(
        id=design.id,
        designer_id=design.designer.id,
        designer_user_id=design.designer.user_id,
        designer_name=design.designer.name,
        description=design.description,
        category=design.category,
        price=design.budget_min,
        price_max=design.budget_max,
        image_url=design.image_url,
        why=why,
    )
