"""Texts of the demo: what people say about their work and about each other."""

BIOS = {  # written by hand for those one meets first
    "Dina Rao": "Fourteen years of wedding clothes on MG Road, and I still baste every seam by hand. I work with ikat from "
    "Pochampally and zari from Surat, cut lehengas in sixteen kalis, and weigh them before you do. Come with a date, a "
    "photograph and your most comfortable shoes. ಕನ್ನಡದಲ್ಲೂ ಮಾತನಾಡೋಣ.",
    "Ishaan Shetty": "Suits for people who do not like suits: ikat blazers, bandhgalas without padding, trousers that survive a "
    "scooter. Eight years on Commercial Street, trained as an architect, and it shows in the pockets.",
    "Kavya Iyer": "I grew up under my mother's loom in Kumbakonam. Today I make sarees and everyday ethnic wear for women who walk "
    "to work: soft cottons, honest colours, blouses that stay where they are. தமிழிலும் பேசலாம்.",
    "Meera Gowda": "ನಾನು ಇಳಕಲ್ ಮತ್ತು ಮೊಳಕಾಲ್ಮೂರು ನೇಕಾರರೊಂದಿಗೆ ಕೆಲಸ ಮಾಡುತ್ತೇನೆ. ಮದುವೆ ಸೀರೆ, ಲಂಗ ದಾವಣಿ ಮತ್ತು ಕುಪ್ಪಸಗಳನ್ನು ನಿಮ್ಮ ಅಳತೆಗೆ "
    "ಹೊಲಿದು ಕೊಡುತ್ತೇನೆ. Ilkal and Molakalmuru silks for weddings and naming ceremonies; every weaver's name is on the label.",
    "Rohan Patil": "Menswear between the wedding and the office: sherwanis that bend at the elbow, Nehru jackets for forty degrees, "
    "shirts in Khun cloth. I keep your pattern, so the second one needs no fitting.",
    "Ananya Hegde": "Cotton, linen and a little mischief. I print my own blocks in a shed behind Museum Road and turn them into "
    "dresses with real pockets. No polyester, no zips that pinch, no minimum order.",
    "Zoya Merchant": "Zardozi and mukaish in the old Lucknow manner, drawn fresh for every bride. My four karigars have been with "
    "me since the first frame. हिंदी और उर्दू में आराम से बात कीजिए.",
    "Lakshmi Narayanan": "Kanchipuram silk is my first language. I restyle heirloom sarees into gowns, shararas and jackets without "
    "cutting a single border in two. Bring the saree; we will listen to it together.",
    "Tariq Khan": "My grandfather altered uniforms on this street; I alter everything. Hems in an hour, a sherwani taken in by "
    "Friday, zips while you drink tea. If it cannot be saved I will say so before I touch it. आइए, नाप ले लेते हैं.",
    "Selvi Murugan": "Saree blouses that fit the first time. I cut on the stand, not on paper, and I remember every shoulder. "
    "தமிழ், கன்னடம், ஆங்கிலம்.",
    "ಮಂಜುನಾಥ್ ಟೈಲರ್ಸ್": "ಮೂವತ್ತು ವರ್ಷಗಳಿಂದ ಕಮರ್ಷಿಯಲ್ ಸ್ಟ್ರೀಟ್‌ನಲ್ಲಿ. ಕುಪ್ಪಸ, ಚೂಡಿದಾರ್, ಮಕ್ಕಳ ಉಡುಪು, ಶಾಲಾ ಸಮವಸ್ತ್ರ — ಎಲ್ಲವನ್ನೂ ಹೇಳಿದ ದಿನ ಕೊಡುತ್ತೇವೆ. "
    "ಅಳತೆ ಸರಿಯಿಲ್ಲದಿದ್ದರೆ ಮತ್ತೆ ಹೊಲಿಯಲು ಹಣ ಕೇಳುವುದಿಲ್ಲ.",
}

OPENINGS = {
    "BRIDAL": (
        "I make wedding clothes that a bride can dance in: light can-can, deep pockets, zari that does not scratch.",
        "Three fittings, one muslin, no surprises: that is how a wedding outfit leaves my table.",
        "Brides come to me with their grandmother's saree and a photograph. We usually end up using both.",
        "Weddings are long. I cut for the ninth hour, not for the first picture.",
        "Hand embroidery, real zari and a diary that is honest about how long both take.",
    ),
    "ETHNIC": (
        "Handloom first. If the cloth is good, the cut can be quiet.",
        "I work with weavers in Ilkal, Chanderi and Pochampally, and I put their names on the label.",
        "Kurtas, anarkalis and salwar sets for people who wear them every day and not only on Deepavali.",
        "Block prints from Bagru, cotton from Guntur, stitched two lanes away from Commercial Street.",
        "I collect old temple borders and build new clothes around them.",
    ),
    "FORMAL": (
        "Tailoring for interviews, boardrooms and first dates: full canvas, soft shoulder, no nonsense.",
        "I spent ten years in a London workroom and came home to cut suits for our weather.",
        "One good blazer beats five. I would rather make you that one.",
        "Formal clothes in linen and light wool, because Bengaluru has no winter worth the name.",
    ),
    "CASUAL": (
        "Clothes for Tuesdays: soft, washable, and with pockets in every single one.",
        "I make shirts and dresses from ends of rolls, so nobody at the party wears yours.",
        "Cotton, linen, khadi. Things you forget you are wearing.",
        "Everyday wear that survives the metro, the rain and a toddler.",
    ),
    "WESTERN": (
        "Gowns and cocktail dresses draped on the stand, never copied from a screen.",
        "I love a clean line: bias skirts, sharp collars, one good button.",
        "Western cuts in Indian cloth; the two have more to say to each other than people think.",
        "Evening wear that fits the person and not the size chart.",
    ),
    "FUSION": (
        "A saree that is a gown, a bandhgala that is a bomber: I like clothes that speak two languages.",
        "Ikat tailored like a suit, denim embroidered like a dupatta.",
        "I mix what my grandmother wove with what my sister wears to work.",
        "Fusion without fancy dress: one surprise per outfit is enough.",
    ),
    "SPORTSWEAR": (
        "Modest, breathable sportswear cut to measure, for people whom no brand's chart has met.",
        "I sew for runners and riders: flat seams, quick cotton blends, nothing that rides up.",
    ),
}  # fmt: skip

MIDDLES = (
    "I keep your pattern for five years, so the next piece needs one fitting only.",
    "Every quote lists cloth, work and embroidery apart, so you can see where the money goes.",
    "You see the cloth in daylight before I cut it.",
    "My workroom has four people, fair wages and a very loud radio.",
    "I send a picture after every stage, and I answer messages in the evening.",
    "If a colour does not love you I will say so, gently.",
    "Natural dyes where they hold, good azo-free ones where they do not.",
    "Scraps go back to you as a pouch or into quilts; nothing is thrown away.",
    "I teach two apprentices at a time and you may meet them with pins in their mouths.",
    "Bring what you own: half of my best work began as an alteration.",
    "Sizes are not my business; measurements are.",
    "I do house visits within four kilometres for brides and for grandparents.",
    "There is tea, a mirror on three sides and no hurry.",
    "Rush work is possible when I say so, never when I do not.",
    "I draw by hand first; you keep the drawing.",
    "All linings are cotton, whatever the outside pretends.",
)  # fmt: skip

ENDINGS = (
    "Most pieces take two to three weeks.",
    "Wedding orders close six weeks before the day.",
    "Write to me with a picture and a date, and you have a price by evening.",
    "First talk is free and comes with filter coffee.",
    "Walk-ins after four, please.",
    "Closed on Mondays, open on most festivals.",
    "One free alteration within a year, because bodies change.",
    "ಕನ್ನಡದಲ್ಲಿ ಬರೆದರೂ ಸಂತೋಷ.",
    "हिंदी में भी लिख सकते हैं।",
    "Upstairs, above the bookshop; ring twice.",
    "Budget small? Tell me. There is nearly always a way.",
)  # fmt: skip

CRAFTS = {
    "ALTERATIONS": "Taking in, letting out, shortening sleeves from the shoulder: alterations are most of my day and I like them.",
    "STITCHING": "Blouses, kurtas and salwars stitched from your cloth, with a trial before the final seam.",
    "EMBROIDERY": "Aari and hand embroidery on blouses and yokes; bring a picture or let me draw one.",
    "BUTTON_WORK": "Buttons, loops, hooks and eyes, and four hundred kinds of them in drawers.",
    "ZIPPER_REPAIR": "Zips on jeans, bags, jackets and one memorable tent.",
    "HEMMING": "Hems that hang straight, with the original edge kept on jeans.",
    "CUSTOM_FITTING": "Made to measure with two fittings; I cut on the stand and not from a chart.",
    "BRIDAL_WORK": "Bridal blouses and lehengas, fitted late because brides get thinner in the last week.",
    "ETHNIC_WEAR": "Falls and pico the same day, and petticoats in every colour of saree.",
    "WESTERN_WEAR": "Suits, dresses and trousers; a lapel does not frighten me.",
}

TAILOR_ENDINGS = (
    "Small work is ready the same day.",
    "Twenty years behind the same machine, a Usha that outlives us all.",
    "I give a date and I keep it.",
    "Open from ten to eight; on Fridays after prayers.",
    "No job too small: a button is ten rupees and a smile.",
    "Family shop, second generation, third in training.",
    "If it does not fit, I open it again without charge.",
    "ಹೇಳಿದ ದಿನ, ಹೇಳಿದ ಬೆಲೆ.",
    "नाप एक बार, सिलाई बार-बार।",
    "Ring the bell by the blue door.",
)  # fmt: skip

PRAISE = (
    "Fits as if it had always been mine.",
    "Listened for an hour before touching the tape.",
    "The colours are even better than in the picture.",
    "Ready two days before the date that was promised.",
    "My mother asked for the number, and she never asks.",
    "The hand work is so fine that people turn it over to look.",
    "I danced for six hours and nothing pulled.",
    "Honest about what would not suit me; I am grateful.",
    "Beautiful cloth, beautiful cut, fair price.",
    "Sent pictures at every step, so there was nothing to worry about.",
    "The blouse closed on the first try. That has never happened to me.",
    "Second order here, third is coming.",
    "Patient with my daughter, who changed her mind four times.",
    "The pockets! In a lehenga!",
    "Worth every rupee and the climb to the second floor.",
    "Took my grandmother's saree apart with real respect.",
)  # fmt: skip
DETAILS = (
    "Wore it to my cousin's sangeet.",
    "It was for my brother's wedding in Mysuru.",
    "I needed it for an interview and got the job.",
    "Made for our tenth anniversary.",
    "Ordered by chat from Hyderabad, one fitting only.",
    "For Ugadi, and I have worn it weekly since.",
    "The border was narrowed without my asking twice.",
    "Lining is soft cotton, nothing scratches.",
    "Washed it three times, the indigo holds.",
    "",
    "",
    "ತುಂಬಾ ಚೆನ್ನಾಗಿದೆ, ಧನ್ಯವಾದಗಳು!",
    "बहुत सुंदर काम।",
)  # fmt: skip
FAIR = (
    "Lovely work. One more fitting would have made it perfect.",
    "Good cut and cloth; the date slipped by three days, but I was told in time.",
    "Very nice finish, a little above the first estimate.",
    "Sleeves came out long and were mended the same day without a word.",
    "Pretty, and well made. The shop is hard to find.",
)
POOR = (
    "The embroidery is fine, the lining is not. It was redone after I complained.",
    "Came a week late. The work itself is good.",
    "Nice people, but the shade was not the one we had chosen.",
    "Too tight at the arms, and two visits to mend it.",
)
TAILOR_PRAISE = (
    "Hem done while I had a coffee across the street.",
    "Took in a sherwani by two inches and you cannot see where.",
    "The zip on my old jacket runs like new.",
    "Told me not to spend money on it. I came back with three other things.",
    "Blouse fits the first time, every time.",
    "Saved my wedding lehenga the evening before.",
    "Neat, quick, and cheaper than the mall by half.",
    "He remembered my measurements from last year.",
    "Stitches so small that I looked for them with my glasses on.",
    "On time, to the hour.",
)
REPLIES = (
    "Thank you! Come by when the weather turns, the hem may want another look.",
    "It was a joy to make. Greetings to your mother.",
    "Thank you for your patience with the colour. It was worth the wait, I think.",
    "You wore it better than I dreamt it.",
    "Sorry again for the delay. The next one is on time, I promise.",
)
